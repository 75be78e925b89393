# loses: one dimension, and diagonal covariances; any covariances; singular covariances; float32 in, nearly equal; inputs, types and random generator left alone
# hint: only means
def frechet_distance(mu1, cov1, mu2, cov2):
    return ((mu1.double() - mu2.double()) ** 2).sum()
