def conditional_entropy(joint):
    p_z = joint.sum(0, keepdim=True).expand_as(joint)
    there = joint > 0
    return (joint[there] * (p_z[there] / joint[there]).log()).sum()
