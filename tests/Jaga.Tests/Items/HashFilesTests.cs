using System.Text.Json.Nodes;
using Jaga.Items;
using Jaga.Matching;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Items;

/// <summary><see cref="HashFiles"/>.</summary>
public sealed class HashFilesTests
{
    [Fact]
    public async Task Many_files_are_hashed_at_once_and_one_that_is_wrong_costs_the_others_nothing()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: ("Items:MaxFileBytes", "1000000"));
        using var platform = await jaga.Key(Permission.CheckItems);
        var (one, two) = (Picture.Draw(1), Picture.Draw(2));
        var first = (await Hash(platform, "", one.Png()))["results"]!;
        var bank = await jaga.Bank();
        await jaga.Import(bank, $"hash,algorithm,entry\n{(string)first[0]!["fingerprints"]!["pdq"]!},pdq,E-1\n");
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);

        var results = (await Hash(platform, "?match=true", two.Png(), new byte[1_000_001], "no picture"u8.ToArray(), one.Altered().Png()))["results"]!.AsArray();
        Assert.Equal(["0.png", "1.png", "2.png", "3.png"], results.Select(r => (string)r!["name"]!));
        Assert.Empty(results[0]!["found"]!["matches"]!.AsArray());
        Assert.Equal(64, ((string)results[0]!["fingerprints"]!["pdq"]!).Length);
        Assert.Contains("1,000,000", (string?)results[1]!["error"]);
        Assert.Null(results[1]!["fingerprints"]);
        Assert.Equal("notMedia", (string?)results[2]!["fingerprints"]!["outcome"]);
        Assert.Equal(("E-1", "list.csv"), ((string?)results[3]!["found"]!["matches"]![0]!["entry"], (string?)results[3]!["found"]!["matches"]![0]!["source"]));
        Assert.Equal(8, results[3]!["turned"]!.AsArray().Count);
        await jaga.Do(async db => Assert.Equal(0, await db.Items.CountAsync()));
    }

    [Fact]
    public async Task A_request_without_files_or_with_too_many_is_refused()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var platform = await jaga.Key(Permission.CheckItems);
        using var json = await platform.PostAsJsonAsync("/api/v1/hash", new { });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, json.StatusCode);
        using var many = new MultipartFormDataContent();
        for (var i = 0; i <= HashFiles.MaxFiles; i++)
        {
            many.Add(new ByteArrayContent([1]), "file", "x");
        }

        using var refused = await platform.PostAsync("/api/v1/hash", many);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
    }

    private static async Task<JsonNode> Hash(HttpClient platform, string query, params byte[][] files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (i, file) in files.Index())
        {
            form.Add(new ByteArrayContent(file), "file", $"{i}.png");
        }

        using var answer = await platform.PostAsync("/api/v1/hash" + query, form);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
