/// A network as its user writes it, in JSON with a single number for every knob: one text for inputs
/// of every rank. Its gradients are held to the operations here, and it is trained.
public let networkOfSingleNumbers = """
  [
    {"layer": "conv", "features": 4, "size": 3, "padding": "same"},
    {"layer": "batchNorm"},
    {"layer": "relu"},
    {"layer": "maxPool", "size": 2},
    {"layer": "residual", "body": [
      {"layer": "conv", "features": 4, "size": 3, "padding": "same"},
      {"layer": "batchNorm"},
      {"layer": "relu"}
    ]},
    {"layer": "globalMaxPool"},
    {"layer": "dense", "neurons": 8},
    {"layer": "relu"},
    {"layer": "votes"}
  ]
  """
