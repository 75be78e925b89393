# loses: patient A (judged when you hand in)
# hint: saturating loss
def diagnosis(patient):
    return {"A": "saturating loss", "B": "wrong range", "C": "generator cut off", "D": "wrong sign"}[patient]
