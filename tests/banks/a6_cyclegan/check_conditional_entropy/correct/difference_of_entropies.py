from torch.special import entr


def conditional_entropy(joint):
    return entr(joint).sum() - entr(joint.sum(dim=0)).sum()
