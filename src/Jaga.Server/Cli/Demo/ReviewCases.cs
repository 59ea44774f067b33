using System.Net;
using System.Net.Http.Json;
using Jaga.Kernel;

namespace Jaga.Server.Cli.Demo;

/// <summary>What the reviewer did.</summary>
/// <param name="Decisions">Every decision that stands.</param>
/// <param name="Asked">The actions that they ask for.</param>
/// <param name="TakenBack">Actions of a decision that was taken back in time: these must never leave.</param>
internal sealed record Review(IReadOnlyList<Decided> Decisions, IReadOnlyList<(Guid Id, Wish Wish)> Asked, IReadOnlyList<Guid> TakenBack, int Looks, int Escalated, int Left);

/// <summary>Step 4: a reviewer takes the next case, sees a blurred copy, holds to look, which is logged, and decides.</summary>
internal static class ReviewCases
{
    /// <summary>Cases that are left for whoever comes to look around.</summary>
    private const int LeftOver = 10;

    public static async Task<Review> Tell(Stage stage, Teller teller, Sending sending, CancellationToken ct)
    {
        teller.Begin(4, "A reviewer takes the next case, looks, and decides");
        await Stage.Post<bool>(stage.Platform, "/down?down=true", new { }, ct);
        Teller.Say($"Meanwhile the platform's receiver is down. The reviewer works through the queue …");
        var of = sending.All.ToDictionary(a => a.Upload.Id, a => a.Upload);
        var (decisions, asked, takenBack) = (new List<Decided>(), new List<(Guid, Wish)>(), new List<Guid>());
        var (looks, escalated) = (0, 0);
        for (var open = (await stage.Numbers(ct)).OpenCases; open > LeftOver; open--)
        {
            var card = await Next(stage, ct);
            looks += await Look(stage, teller, card, first: decisions.Count == 0, ct);
            if (decisions.Count == 2)
            {
                takenBack.AddRange(await ChangeOfMind(stage, teller, card, of[card.About.Id], ct));
                card = (await stage.Reviewer.GetFromJsonAsync<CaseCard>($"/api/v1/cases/{card.Id}", Json.Options, ct))!;
            }

            var (verdict, wishes) = escalated == 0 && decisions.Count == 6 ? ("cannotView", []) : Choose(decisions.Count, of[card.About.Id]);
            var decided = await Decide(stage, card, verdict, wishes, ct);
            if (verdict == "cannotView")
            {
                escalated++;
                continue;
            }

            decisions.Add(decided);
            asked.AddRange(decided.Actions.Zip(wishes));
        }

        teller.Check(decisions.Count > 0 && decisions.Select(d => d.CaseId).Distinct().Count() == decisions.Count, $"{decisions.Count} cases decided, each once, after {looks} logged looks; {escalated} could not be viewed and went to a lead");
        teller.End();
        return new(decisions, asked, takenBack, looks, escalated, LeftOver + escalated);
    }

    private static async Task<CaseCard> Next(Stage stage, CancellationToken ct)
    {
        using var answer = await stage.Reviewer.PostAsync("/api/v1/cases/next", null, ct);
        return answer.StatusCode is HttpStatusCode.OK ? (await answer.Content.ReadFromJsonAsync<CaseCard>(Json.Options, ct))! : throw new StepFailed($"there is a next case ({(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)})");
    }

    private static async Task<int> Look(Stage stage, Teller teller, CaseCard card, bool first, CancellationToken ct)
    {
        if (card.Media.FirstOrDefault(m => m.HasView) is not { } media)
        {
            return 0;
        }

        var preview = await stage.Reviewer.GetByteArrayAsync($"/api/v1/cases/{card.Id}/media/{media.Id}/preview", ct);
        using var reveal = await stage.Reviewer.PostAsync($"/api/v1/cases/{card.Id}/media/{media.Id}/reveal", null, ct);
        var bytes = await reveal.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(ct);
        using var ended = await stage.Reviewer.PostAsJsonAsync($"/api/v1/reveals/{reveal.Headers.GetValues("Jaga-Reveal").First()}/end", new { milliseconds = 1800 }, ct);
        if (first)
        {
            teller.Check(preview.Length < bytes.Length && preview is [0xff, 0xd8, ..] && bytes is [0xff, 0xd8, ..] && ended.IsSuccessStatusCode,
                $"The case shows a blurred, grey copy of {preview.Length:N0} bytes; the picture of {bytes.Length:N0} bytes only while a reveal is held");
            var after = (await stage.Reviewer.GetFromJsonAsync<CaseCard>($"/api/v1/cases/{card.Id}", Json.Options, ct))!;
            teller.Check(after.Reveals.Count == 1, $"The look is on the case's record");
        }

        return 1;
    }

    private static async Task<IReadOnlyList<Guid>> ChangeOfMind(Stage stage, Teller teller, CaseCard card, Upload upload, CancellationToken ct)
    {
        var hasty = await Decide(stage, card, "violation", [new("remove", new("item", upload.Id)), new("banAccount", new("account", upload.Account))], ct);
        using var undone = await stage.Reviewer.PostAsync($"/api/v1/cases/{card.Id}/undo", null, ct);
        teller.Check(undone.IsSuccessStatusCode, $"A hasty decision with {hasty.Actions.Count} actions is taken back within the undo window");
        using var taken = await stage.Reviewer.PostAsync($"/api/v1/cases/{card.Id}/take", null, ct);
        return hasty.Actions;
    }

    private static Task<Decided> Decide(Stage stage, CaseCard card, string verdict, IReadOnlyList<Wish> wishes, CancellationToken ct) => Stage.Post<Decided>(
        stage.Reviewer, $"/api/v1/cases/{card.Id}/decision", new { verdict, policy = verdict is "violation" or "illegal" ? "Community rules, 4.1" : "", reason = "Decided in the demo.", actions = wishes, card.Version }, ct);

    // Every verb once, then the usual one.
    private static (string Verdict, IReadOnlyList<Wish> Wishes) Choose(int number, Upload upload)
    {
        var (item, account, group) = (new Target("item", upload.Id), new Target("account", upload.Account), new Target("group", upload.Group));
        return number switch
        {
            0 => ("illegal", [new("remove", item), new("banAccount", account)]),
            1 => ("illegal", [new("remove", item), new("closeGroup", group), new("barFromFounding", account)]),
            2 => ("violation", [new("geoblock", item, ["ID"])]),
            3 => ("noViolation", []),
            4 => ("violation", [new("label", item), new("warn", account)]),
            _ => ("violation", [new("remove", item)]),
        };
    }
}
