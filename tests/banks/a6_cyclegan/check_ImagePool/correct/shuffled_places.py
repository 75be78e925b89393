import torch


class ImagePool:
    def __init__(self, size, generator):
        self.size, self.generator, self.slots = size, generator, {}

    def query(self, images):
        out = []
        for image in images.detach():
            free = self.size - len(self.slots)
            if free > 0:
                self.slots[len(self.slots)] = image.clone()
                out.append(image)
            elif self.size == 0 or torch.rand((), generator=self.generator) >= 0.5:
                out.append(image)
            else:
                slot = torch.randperm(self.size, generator=self.generator)[0].item()
                out.append(self.slots.pop(slot))
                self.slots[slot] = image.clone()
        return torch.cat([image[None] for image in out])
