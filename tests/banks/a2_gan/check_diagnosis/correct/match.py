def diagnosis(patient):
    match patient:
        case "A":
            return "sigmoid twice"
        case "B":
            return "wrong range"
        case "C":
            return "generator cut off"
        case _:
            return "wrong sign"
