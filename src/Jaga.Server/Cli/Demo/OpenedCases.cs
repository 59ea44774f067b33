using System.Net.Http.Json;
using Jaga.Kernel;

namespace Jaga.Server.Cli.Demo;

/// <summary>Step 3: one case for each subject, however often it was found, in the order in which the law and the harm want them.</summary>
internal static class OpenedCases
{
    private static readonly string[] Severities = ["low", "normal", "high", "critical"];

    public static async Task Tell(Stage stage, Teller teller, Sending sending, CancellationToken ct)
    {
        teller.Begin(3, "What was found becomes cases");
        var (upload, sent) = sending.All.First(a => a.Sent.Answer.Matches!.Count > 1);
        var again = await Again(stage, upload, ct);
        teller.Check(again.CaseId == sent.Answer.CaseId, $"{upload.Id} matched in {sent.Answer.Matches!.Count} banks and was sent twice: it is one case");

        var queue = await Queue(stage.Reviewer, ct);
        var expected = sending.Hits.Select(h => h.Upload.Id).ToHashSet();
        teller.Check(queue.Count == expected.Count && queue.Select(q => q.About.Id).ToHashSet().SetEquals(expected), $"{queue.Count} cases are open, one for each of the {expected.Count} items that were found");
        var sorted = queue.OrderBy(q => q.LegalDueAt ?? DateTimeOffset.MaxValue).ThenByDescending(q => Array.IndexOf(Severities, q.Severity)).ThenBy(q => q.DueAt).ThenBy(q => q.Id).ToList();
        teller.Check(queue.Select(q => (q.LegalDueAt, q.Severity)).SequenceEqual(sorted.Select(q => (q.LegalDueAt, q.Severity))), $"The queue goes by legal clock, then severity: {string.Join(", ", queue.CountBy(q => q.Severity).Select(s => $"{s.Value} {s.Key}"))}");
        teller.Check(queue.All(q => q.DueAt > DateTimeOffset.UnixEpoch), $"Every case has a clock; the first is due at {queue[0].DueAt:yyyy-MM-dd HH:mm} UTC");
        teller.End();
    }

    /// <summary>The open cases, in the order of the queue.</summary>
    public static async Task<IReadOnlyList<QueueLine>> Queue(HttpClient who, CancellationToken ct)
    {
        var lines = new List<QueueLine>();
        for (string? after = null; ;)
        {
            var page = (await who.GetFromJsonAsync<Rows<QueueLine>>($"/api/v1/cases?state=open&size=200{(after is null ? "" : $"&after={after}")}", Json.Options, ct))!;
            lines.AddRange(page.Lines);
            if (page.Next is null)
            {
                return lines;
            }

            after = page.Next;
        }
    }

    private static async Task<CheckAnswer> Again(Stage stage, Upload upload, CancellationToken ct)
    {
        using var parts = new MultipartFormDataContent
        {
            { JsonContent.Create(new { upload.Id, upload.Account }), "item" },
            { new ByteArrayContent(await File.ReadAllBytesAsync(upload.Path, ct)), "file", Path.GetFileName(upload.Path) },
        };
        using var answer = await stage.Key.PostAsync("/api/v1/check", parts, ct);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<CheckAnswer>(Json.Options, ct))!;
    }
}
