using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Platform;

/// <summary>The files that users upload, and how many are in flight at once.</summary>
public sealed record UploadOrder(IReadOnlyList<Upload> Files, int Parallel = 4);

/// <summary>One file that a user uploads.</summary>
/// <param name="Id">The platform's own id of the item; Jaga gives it back in every action on it.</param>
public sealed record Upload(string Id, string Path, string Account, string? Group = null, string Visibility = "public");

/// <summary>What Jaga answered, and how long the platform waited for it, in milliseconds.</summary>
public sealed record Checked(string Id, int Status, double Milliseconds, JsonElement Answer);

/// <summary>Asks Jaga about every upload before anybody sees it.</summary>
public sealed class Uploads(HttpClient jaga)
{
    /// <summary>Sends the files, a bounded number at once, and answers in their order.</summary>
    public async Task<IReadOnlyList<Checked>> Send(UploadOrder order, CancellationToken ct)
    {
        var answers = new ConcurrentDictionary<string, Checked>();
        await Parallel.ForEachAsync(order.Files, new ParallelOptions { MaxDegreeOfParallelism = order.Parallel, CancellationToken = ct }, async (file, stop) => answers[file.Id] = await Check(file, stop));
        return [.. order.Files.Select(f => answers[f.Id])];
    }

    private async Task<Checked> Check(Upload upload, CancellationToken ct)
    {
        await using var file = File.OpenRead(upload.Path);
        using var parts = new MultipartFormDataContent
        {
            { JsonContent.Create(new { upload.Id, upload.Account, upload.Group, upload.Visibility, Name = System.IO.Path.GetFileName(upload.Path) }), "item" },
            { new StreamContent(file), "file", System.IO.Path.GetFileName(upload.Path) },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/check") { Content = parts };

        // The same key on a second try gets the same answer, so a platform that lost the answer can simply ask again.
        request.Headers.Add("Idempotency-Key", upload.Id);
        var began = Stopwatch.GetTimestamp();
        using var answer = await jaga.SendAsync(request, ct);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(ct);
        return new(upload.Id, (int)answer.StatusCode, Stopwatch.GetElapsedTime(began).TotalMilliseconds, body);
    }
}
