# loses: patient A (judged when you hand in)
# hint: one code for all
def diagnosis(patient):
    return {"A": "one code for all", "B": "G learns, too", "C": "never zeroed", "D": "train mode"}[patient]
