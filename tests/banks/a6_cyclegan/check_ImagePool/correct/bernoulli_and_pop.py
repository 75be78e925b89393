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
            elif torch.tensor(0.5).bernoulli(generator=self.generator) == 1:
                i = torch.randint(0, self.size, (1,), generator=self.generator).item()
                result.append(self.images.pop(i))
                self.images.append(image.clone())
            else:
                result.append(image)
        return torch.stack(result)
