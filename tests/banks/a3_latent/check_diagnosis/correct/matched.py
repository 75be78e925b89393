def diagnosis(patient):
    match patient:
        case "A":
            return "wrong range"
        case "B":
            return "G learns, too"
        case "C":
            return "never zeroed"
        case "D":
            return "train mode"
