import torch


class ImagePool:
    def __init__(self, size, generator):
        self.size, self.generator, self.stored = size, generator, []

    def one(self, image):
        if len(self.stored) < self.size:
            self.stored.append(image)
            return image.clone()
        if self.size == 0 or torch.rand(1, generator=self.generator, dtype=torch.float64) < 0.5:
            return image
        k = int(self.size * torch.rand(1, generator=self.generator, dtype=torch.float64))
        self.stored[k], image = image, self.stored[k]
        return image

    def query(self, images):
        return torch.stack([self.one(image.detach().clone()) for image in images])
