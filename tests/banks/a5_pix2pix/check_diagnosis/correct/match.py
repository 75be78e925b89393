def diagnosis(patient):
    match patient:
        case "A":
            return "condition exchanged"
        case "B":
            return "mirrored apart"
        case "C":
            return "skips missing"
        case "D":
            return "L1 missing"
