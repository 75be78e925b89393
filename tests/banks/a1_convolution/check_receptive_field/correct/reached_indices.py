def receptive_field(layers):
    reached = {0}
    for kernel, stride in reversed(layers):
        reached = {stride * i + u for i in reached for u in range(kernel)}
    return max(reached) - min(reached) + 1
