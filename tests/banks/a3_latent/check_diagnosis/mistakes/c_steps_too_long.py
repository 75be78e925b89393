# loses: patient C (judged when you hand in)
# hint: steps too long
def diagnosis(patient):
    return {"A": "wrong range", "B": "G learns, too", "C": "steps too long", "D": "train mode"}[patient]
