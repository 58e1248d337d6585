@_exported import ConvKitCore
@_exported import ConvKitFiles
@_exported import ConvKitImages
@_exported import ConvKitModels
@_exported import ConvKitNetworks
@_exported import ConvKitTables
@_exported import ConvKitText
@_exported import ConvKitTraining
@_exported import ConvKitVolumes

#if Sound
  @_exported import ConvKitSound
#endif
