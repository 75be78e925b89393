# loses: inputs, types and random generator left alone
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
        torch.manual_seed(0)
        for image in images:
            image = image.detach()
            if len(self.images) < self.size:
                self.images.append(image.clone())
                result.append(image)
            elif torch.rand(1, generator=self.generator).item() > 0.5:
                i = torch.randint(0, self.size, (1,), generator=self.generator).item()
                old = self.images[i].clone()
                self.images[i] = image.clone()
                result.append(old)
            else:
                result.append(image)
        return torch.stack(result)
