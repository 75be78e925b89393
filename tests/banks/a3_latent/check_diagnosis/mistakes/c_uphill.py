# loses: patient C (judged when you hand in)
# hint: uphill
def diagnosis(patient):
    return {"A": "wrong range", "B": "G learns, too", "C": "uphill", "D": "train mode"}[patient]
