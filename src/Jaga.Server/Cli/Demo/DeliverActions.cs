namespace Jaga.Server.Cli.Demo;

/// <summary>Step 6: actions reach the platform as signed webhooks, once with effect, although it was down; what was taken back never leaves.</summary>
internal static class DeliverActions
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2), Later = TimeSpan.FromMinutes(5);

    public static async Task Tell(Stage stage, Teller teller, Review review, CancellationToken ct)
    {
        teller.Begin(6, "The actions reach the platform, which was down");
        await teller.Wait(async () => (await stage.Figures(ct)).TurnedAway >= 3, Soon, $"Jaga keeps trying while the platform turns it away", ct);
        var waiting = await stage.Numbers(ct);
        teller.Check(waiting.Unsent > 0 && (await stage.Figures(ct)).Effects.Count == 0, $"{waiting.Unsent} deliveries wait, and are shown as unsent");

        await Stage.Post<bool>(stage.Platform, "/down?down=false", new { }, ct);
        await teller.Wait(async () => await stage.Numbers(ct) is { Unsent: 0, Unconfirmed: 0 } && (await stage.Figures(ct)).Effects.Count >= review.Asked.Count, Later, $"The platform is back; every delivery is confirmed by its receipt", ct);

        var figures = await stage.Figures(ct);
        var (done, asked) = (figures.Effects.Select(e => e.Action).ToList(), review.Asked.Select(a => a.Id).ToHashSet());
        teller.Check(done.Distinct().Count() == done.Count && asked.SetEquals(done), $"{asked.Count} actions asked for, {done.Count} took effect, each exactly once ({figures.Repeated} webhooks came twice and had no second effect)");
        teller.Check(!done.Intersect(review.TakenBack).Any(), $"The {review.TakenBack.Count} actions that were taken back never left");
        teller.Check(figures.Forged == 0, $"Every webhook bore a signature that the platform could verify; {figures.TurnedAway} calls met a closed door");
        teller.End();
    }
}
