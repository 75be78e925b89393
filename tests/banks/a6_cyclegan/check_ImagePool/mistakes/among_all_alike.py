# loses: half of the time an older one comes back, each deciding for itself
# hint: newcomer as one of many
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
            elif (i := torch.randint(0, self.size + 1, (1,), generator=self.generator).item()) < self.size:
                old = self.images[i].clone()
                self.images[i] = image.clone()
                result.append(old)
            else:
                result.append(image)
        return torch.stack(result)
