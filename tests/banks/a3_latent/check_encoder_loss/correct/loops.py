import torch


def encoder_loss(generator, encoder, x, z):
    first = sum((generator(encoder(image[None])) - image).pow(2).mean() for image in x) / len(x)
    second = sum((encoder(generator(code[None]).detach()) - code).pow(2).mean() for code in z) / len(z)
    return first + 0.1 * second
