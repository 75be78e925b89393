# loses: inputs, types and random generator left alone
import random

import torch


class ImagePool:
    def __init__(self, size, generator):
        self.size = size
        self.generator = generator
        self.images = []

    def query(self, images):
        if self.size == 0:
            return images.detach()
        result = []
        for image in images:
            image = image.detach()
            if len(self.images) < self.size:
                self.images.append(image.clone())
                result.append(image)
            elif random.random() > 0.5:
                i = random.randrange(self.size)
                old = self.images[i].clone()
                self.images[i] = image.clone()
                result.append(old)
            else:
                result.append(image)
        return torch.stack(result)
