using System.Text.Json;

namespace Jaga.Server.Cli.Demo;

/// <summary>Step 9: a letter that sixty organisations signed is answered, and sixty receipts are counted.</summary>
internal static class AnswerSixty
{
    private const int Organisations = 60;

    public static async Task Tell(Stage stage, Teller teller, CancellationToken ct)
    {
        teller.Begin(9, "A coalition of sixty writes, and is answered");
        var signatories = Enumerable.Range(1, Organisations).Select(n => new { name = $"Organisation {n}", organisation = $"Organisation {n}", email = $"office@org-{n}.example" }).ToList();
        var letter = await Stage.Post<JsonElement>(stage.Lead, "/api/v1/letters/incoming", new { signatories, title = "Groups that nobody closes", language = "en", body = "We ask what you do about them." }, ct);
        var answer = await Stage.Post<JsonElement>(
            stage.Lead, "/api/v1/letters", new { title = "Your letter about groups", body = "Dear {{recipient.name}},\n\nthe group was closed today.", answers = letter.GetProperty("id").GetGuid() }, ct);
        var id = answer.GetProperty("id").GetGuid();
        using var own = await stage.Lead.PostAsync($"/api/v1/letters/{id}/send", null, ct);
        teller.Check(!own.IsSuccessStatusCode, $"Nobody sends what nobody has approved");
        await Stage.Post<JsonElement>(stage.Second, $"/api/v1/letters/{id}/approval", new { version = answer.GetProperty("version").GetInt32() }, ct);
        await Stage.Post<JsonElement>(stage.Second, $"/api/v1/letters/{id}/send", new { }, ct);
        await teller.Wait(
            async () => (await Stage.Get<JsonElement>(stage.Lead, $"/api/v1/letters/{id}", ct)).GetProperty("letter").GetProperty("receipts").GetInt32() == Organisations,
            TimeSpan.FromMinutes(2), $"{Organisations} deliveries, {Organisations} receipts: the answer is sent, because every mail server took it", ct);
        teller.Check(stage.Mail.All.SelectMany(m => m.To).Count(to => to.EndsWith(".example", StringComparison.Ordinal) && to.StartsWith("office@", StringComparison.Ordinal)) == Organisations, $"The other side counts the same, and nobody got it twice");
        teller.End();
    }
}
