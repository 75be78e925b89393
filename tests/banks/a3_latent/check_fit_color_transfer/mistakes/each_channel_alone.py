# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
# hint: each channel alone
import torch


def fit_color_transfer(source, target):
    color = source.new_zeros(3, 4)
    for c in range(3):
        a = torch.stack([source[:, c], torch.ones_like(source[:, c])], 1)
        gain, shift = torch.linalg.lstsq(a, target[:, c : c + 1]).solution.flatten()
        color[c, c], color[c, 3] = gain, shift
    return color
