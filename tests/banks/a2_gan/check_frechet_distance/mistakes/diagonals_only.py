# loses: any covariances; singular covariances; inputs, types and random generator left alone
# hint: diagonals only
def frechet_distance(mu1, cov1, mu2, cov2):
    return ((mu1 - mu2) ** 2).sum() + ((cov1.diagonal().sqrt() - cov2.diagonal().sqrt()) ** 2).sum()
