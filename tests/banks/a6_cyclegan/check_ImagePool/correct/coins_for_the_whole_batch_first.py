import torch


class ImagePool:
    def __init__(self, size, generator):
        self.size, self.rng, self.kept = size, generator, None

    def query(self, images):
        new = images.detach().clone()
        coins = torch.randint(2, (len(new),), generator=self.rng)
        places = torch.randint(max(1, self.size), (len(new),), generator=self.rng)
        if self.kept is None:
            self.kept = new[:0].clone()
        for k in range(len(new)):
            if len(self.kept) < self.size:
                self.kept = torch.cat([self.kept, new[k : k + 1]])
            elif self.size and coins[k]:
                older = self.kept[places[k]].clone()
                self.kept[places[k]] = new[k]
                new[k] = older
        return new
