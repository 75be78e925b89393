# loses: patient B (judged when you hand in)
# hint: mode collapse
def diagnosis(patient):
    return {"A": "sigmoid twice", "B": "mode collapse", "C": "generator cut off", "D": "wrong sign"}[patient]
