print("convkit-bench")
