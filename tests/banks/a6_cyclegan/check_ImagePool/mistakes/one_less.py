# loses: size 0, and a pool that fills: all come back as they are; each is stored at most once, and leaves once; half of the time an older one comes back, each deciding for itself; all stored ones are equally likely
# hint: last place never
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
            if len(self.images) < self.size - 1:
                self.images.append(image.clone())
                result.append(image)
            elif torch.rand(1, generator=self.generator).item() > 0.5:
                i = torch.randint(0, max(1, self.size - 1), (1,), generator=self.generator).item()
                old = self.images[i].clone()
                self.images[i] = image.clone()
                result.append(old)
            else:
                result.append(image)
        return torch.stack(result)
