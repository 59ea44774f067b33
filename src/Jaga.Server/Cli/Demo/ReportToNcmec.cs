using System.Text.Json;

namespace Jaga.Server.Cli.Demo;

/// <summary>Step 10: the case of the group is owed to NCMEC. Its draft is signed by a second person and sent to a sandbox that speaks NCMEC's protocol.</summary>
internal static class ReportToNcmec
{
    public static async Task Tell(Stage stage, Teller teller, CancellationToken ct)
    {
        teller.Begin(10, "The case becomes a report to NCMEC (to a sandbox on this machine)");
        await stage.StartSandbox(ct);
        var drafts = (await Stage.Get<JsonElement>(stage.Lead, "/api/v1/referrals?state=draft", ct)).GetProperty("rows").EnumerateArray().ToList();
        teller.Check(drafts.Count == 1, $"The decision drafted one report, from what the case knows and nothing else");
        var (id, version) = (drafts[0].GetProperty("id").GetGuid(), drafts[0].GetProperty("version").GetInt32());
        var whole = await Stage.Get<JsonElement>(stage.Lead, $"/api/v1/referrals/{id}", ct);
        teller.Check(whole.GetProperty("xml").GetString()!.Contains("<chatRoomName>812</chatRoomName>", StringComparison.Ordinal) && whole.GetProperty("missing").GetArrayLength() == 0, $"It can be read as NCMEC will read it, and nothing is missing");

        using var own = await stage.Lead.PostAsync($"/api/v1/referrals/{id}/signature", new StringContent($"{{\"version\":{version}}}", System.Text.Encoding.UTF8, "application/json"), ct);
        teller.Check(!own.IsSuccessStatusCode, $"Whoever decided cannot sign it");
        await Stage.Send(stage.Second, $"/api/v1/referrals/{id}/signature", new { version }, ct);
        await teller.Wait(
            async () => (await Stage.Get<JsonElement>(stage.Lead, $"/api/v1/referrals/{id}", ct)).GetProperty("row").GetProperty("state").GetString() == "finished",
            TimeSpan.FromMinutes(1), $"A second person signs it, and it is finished", ct);
        var finished = (await Stage.Get<JsonElement>(stage.Lead, $"/api/v1/referrals/{id}", ct)).GetProperty("row");
        teller.Check(finished.GetProperty("reportId").GetInt64() > 0 && !finished.GetProperty("production").GetBoolean(), $"The receipt: report {finished.GetProperty("reportId").GetInt64()}, a trial as the settings say");
        teller.End();
    }
}
