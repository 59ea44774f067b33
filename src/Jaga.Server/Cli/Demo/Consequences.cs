using System.Net.Http.Json;
using System.Text.Json;
using Jaga.Kernel;

namespace Jaga.Server.Cli.Demo;

/// <summary>Step 5: what a decision does, it does in one transaction: evidence, audit, duties, actions.</summary>
internal static class Consequences
{
    public static async Task Tell(Stage stage, Teller teller, Review review, CancellationToken ct)
    {
        teller.Begin(5, "Each decision sealed its evidence and asked for its actions, in one transaction");
        var sealedNow = review.Decisions.Count(d => d.ExhibitId is not null);
        teller.Check(sealedNow == review.Decisions.Count - 1, $"{sealedNow} exhibits are sealed: one for each decision but the one that found nothing wrong");
        Teller.Say($"Asked for: {string.Join(", ", review.Asked.CountBy(a => a.Wish.Verb).Select(v => $"{v.Value} {v.Key}"))}");
        var numbers = await stage.Numbers(ct);
        teller.Check(numbers.OpenCases == review.Left, $"{numbers.OpenCases} cases are left open");
        var exhibit = await stage.Lead.GetFromJsonAsync<JsonElement>($"/api/v1/evidence/exhibits/{review.Decisions[0].ExhibitId}", Json.Options, ct);
        teller.Check(exhibit.GetProperty("pieces").GetArrayLength() > 0 && exhibit.GetProperty("custody").GetArrayLength() > 0,
            $"The first exhibit holds {exhibit.GetProperty("pieces").GetArrayLength()} pieces, with {exhibit.GetProperty("custody").GetArrayLength()} lines of custody");
        teller.End();
    }
}
