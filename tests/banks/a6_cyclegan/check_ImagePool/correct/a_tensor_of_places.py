import torch


class ImagePool:
    def __init__(self, size, generator):
        self.size, self.generator, self.count = size, generator, 0

    @torch.no_grad()
    def query(self, images):
        if self.count == 0 and self.size:
            self.memory = images.new_empty((self.size, *images.shape[1:]))
        out = images.clone()
        for k, image in enumerate(images):
            if self.count < self.size:
                self.memory[self.count] = image
                self.count += 1
                continue
            place = int(torch.randint(2 * self.size, (), generator=self.generator)) if self.size else 0
            if place < self.size:
                out[k] = self.memory[place]
                self.memory[place] = image
        return out.detach()
