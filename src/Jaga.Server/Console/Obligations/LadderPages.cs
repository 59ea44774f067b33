using System.Globalization;
using Jaga.Obligations;

namespace Jaga.Server.Pages.Obligations;

/// <summary>The editor of ladders: tried on a time line, set with a reason, given back to the regime. It works without script.</summary>
public static class LadderPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/regimes/{clause}/ladder", Show).Requires(Permission.ReadObligations);
        pages.MapPost("/regimes/{clause}/ladder", Set).Requires(Permission.EditDuties);
    }

    private static async Task<RazorComponentResult> Show(string clause, string? queue, HttpRequest request, Regimes regimes, ReadLadders read, CancellationToken ct)
    {
        var found = regimes.Find(clause);
        var set = await read.One(clause, queue, ct);
        var (tried, due, wrong) = (request.Query.ContainsKey("percent") ? Steps(name => request.Query[name]) : null, Given(request.Query["due"]) ?? set.Due, (string?)null);
        try
        {
            SetLadder.Check(found, tried, due);
        }
        catch (BadInput bad)
        {
            wrong = bad.Message;
            due = Regimes.Wrong(found, due) is null ? due : set.Due;
        }

        return ConsolePages.Page<LadderPage>(new { Clause = found, Set = set, Tried = tried, Due = due, Wrong = wrong });
    }

    private static async Task<RedirectHttpResult> Set(string clause, HttpRequest request, Regimes regimes, SetLadder set, Messages messages, Text words, Actor actor, CancellationToken ct)
    {
        var form = await request.ReadFormAsync(ct);
        var due = Given(form["due"]);
        var back = form["act"] == "give-back";
        await set.Run(clause, new(back ? null : Steps(name => form[name]), back || due == regimes.Find(clause).Due.Text ? null : due, Given(form["queue"]), form["why"].ToString()), actor, ct);
        messages.Leave(new(Tone.Good, words["ladder.did"]));
        return TypedResults.LocalRedirect($"/regimes/{clause}/ladder{(Given(form["queue"]) is { } queue ? $"?queue={Uri.EscapeDataString(queue)}" : "")}");
    }

    // Rows without a percentage are no rungs; the last rung is the one that is told again.
    private static List<Step> Steps(Func<string, Microsoft.Extensions.Primitives.StringValues> given)
    {
        var (percents, whoms) = (given("percent"), given("whom"));
        var steps = percents.Zip(whoms).Where(p => !string.IsNullOrWhiteSpace(p.First)).Select(p => new Step(Number(p.First!), Words.Read<Whom>("whom", p.Second) ?? Whom.Everyone)).ToList();
        if (steps.Count > 0 && Given(given("again")) is { } hours)
        {
            steps[^1] = steps[^1] with { AgainHours = Number(hours) };
        }

        return steps;
    }

    private static int Number(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw new BadInput("steps", $"'{text}' is not a whole number.");

    private static string? Given(Microsoft.Extensions.Primitives.StringValues value) => string.IsNullOrWhiteSpace(value) ? null : value.ToString().Trim();
}
