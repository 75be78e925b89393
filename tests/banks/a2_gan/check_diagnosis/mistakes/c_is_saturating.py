# loses: patient C (judged when you hand in)
# hint: saturating loss
def diagnosis(patient):
    return {"A": "sigmoid twice", "B": "wrong range", "C": "saturating loss", "D": "wrong sign"}[patient]
