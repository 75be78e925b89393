# loses: patient D (judged when you hand in)
# hint: codes stuck
def diagnosis(patient):
    return {"A": "wrong range", "B": "G learns, too", "C": "never zeroed", "D": "codes stuck"}[patient]
