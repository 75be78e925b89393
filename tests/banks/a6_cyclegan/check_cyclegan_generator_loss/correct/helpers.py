def wish(answers):
    return (1 - answers).pow(2).mean()


def off(a, b):
    return abs(a - b).mean()


def cyclegan_generator_loss(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle=10.0, lambda_identity=0.5):
    terms = dict.fromkeys(("adversarial", "cycle", "identity"), 0.0)
    fakes = {}
    for there, back, judge, pictures, name in (
        (g_xy, g_yx, d_y, x, "fake_y"),
        (g_yx, g_xy, d_x, y, "fake_x"),
    ):
        fakes[name] = there(pictures)
        terms["adversarial"] += wish(judge(fakes[name]))
        terms["cycle"] += lambda_cycle * off(back(fakes[name]), pictures)
        terms["identity"] += lambda_cycle * lambda_identity * off(back(pictures), pictures)
    return {"total": sum(terms.values()), **terms, **fakes}
