using System.Security.Cryptography;
using System.Text.Json;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Cli;

/// <summary><c>jaga hash</c> and <c>jaga match</c>, as processes, on pictures of a folder.</summary>
public sealed class HashAndMatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jaga-cli-").FullName;
    private readonly Pattern _bridge = Pattern.Of(320, 240, seed: 5);
    private readonly Pattern _tower = Pattern.Of(300, 200, seed: 6);

    public HashAndMatchTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "pictures", "below"));
        File.WriteAllBytes(Path.Combine(_folder, "pictures", "b, \"bridge\".png"), _bridge.Vips(".png"));
        File.WriteAllBytes(Path.Combine(_folder, "pictures", "below", "tower.png"), _tower.Vips(".png"));
    }

    [Fact]
    public async Task Every_picture_of_a_folder_gets_its_line_and_nothing_else_is_on_the_output()
    {
        var result = await JagaProcess.Run(_folder, "hash", "pictures");
        Assert.Equal(("", 0), (result.Errors, result.Exit));
        Assert.Equal(
            $"file,algorithm,hash,quality\n\"pictures/b, \"\"bridge\"\".png\",pdq,{_bridge.Pdq.Hash},{_bridge.Pdq.Quality}\npictures/below/tower.png,pdq,{_tower.Pdq.Hash},{_tower.Pdq.Quality}\n",
            result.Output);
    }

    [Fact]
    public async Task What_cannot_be_read_is_named_and_the_rest_is_hashed_all_the_same()
    {
        File.WriteAllText(Path.Combine(_folder, "pictures", "notes.txt"), "no picture");
        File.WriteAllBytes(Path.Combine(_folder, "pictures", "cut.png"), _bridge.Vips(".png")[..2000]);
        var result = await JagaProcess.Run(_folder, "hash", "pictures", "missing.png");
        Assert.Equal((1, 3), (result.Exit, result.Lines.Length));
        Assert.Contains("pictures/notes.txt: NotMedia:", result.Errors);
        Assert.Contains("pictures/cut.png: ", result.Errors);
        Assert.Contains("missing.png: there is no such file or folder", result.Errors);
    }

    [Fact]
    public async Task Digests_turns_and_json_are_there_for_the_asking()
    {
        var tower = Path.Combine("pictures", "below", "tower.png");
        var bytes = File.ReadAllBytes(Path.Combine(_folder, tower));
        Assert.Equal($"file,algorithm,hash,quality\n{tower},sha256,{Convert.ToHexStringLower(SHA256.HashData(bytes))},\n", (await JagaProcess.Run(_folder, "hash", tower, "--algorithm", "SHA-256")).Output);

        var turned = await JagaProcess.Run(_folder, "hash", tower, "--dihedral");
        Assert.Equal("file,algorithm,hash,quality,variant", turned.Lines[0]);
        Assert.Equal(["original", "rotate90", "rotate180", "rotate270", "flipX", "flipY", "flipPlus1", "flipMinus1"], turned.Lines[1..].Select(l => l.Split(',')[4]));

        using var json = JsonDocument.Parse((await JagaProcess.Run(_folder, "hash", tower, "--format", "json")).Output);
        Assert.Equal((tower, "pdq", _tower.Pdq.Hash.ToString(), _tower.Pdq.Quality), (
            json.RootElement.GetProperty("file").GetString(), json.RootElement.GetProperty("algorithm").GetString(),
            json.RootElement.GetProperty("hash").GetString(), json.RootElement.GetProperty("quality").GetInt32()));

        var unknown = await JagaProcess.Run(_folder, "hash", tower, "--algorithm", "crc");
        Assert.Equal(2, unknown.Exit);
        Assert.Contains("'crc' is not an algorithm known here", unknown.Errors);
    }

    [Fact]
    public async Task What_hash_prints_is_a_list_that_match_looks_up_turned_pictures_included()
    {
        File.WriteAllText(Path.Combine(_folder, "list.csv"), (await JagaProcess.Run(_folder, "hash", "pictures")).Output);
        File.WriteAllBytes(Path.Combine(_folder, "turned.png"), _tower.Vips(".png", "rot", "d90"));
        var near = _bridge.Pdq.Hash.ToArray();
        near[0] ^= 7;

        var result = await JagaProcess.Run(_folder, "match", "--bank", "list.csv", "turned.png", Convert.ToHexStringLower(near), new string('a', 32));

        Assert.Equal(0, result.Exit);
        Assert.Equal("item,algorithm,distance,variant,frame,line,labels,entry,queryPercent,signalPercent", result.Lines[0]);
        Assert.Equal($"{Convert.ToHexStringLower(near)},pdq,3,original,,2,,\"pictures/b, \"\"bridge\"\".png\",,", result.Lines[1]);
        Assert.Matches("^turned.png,pdq,[0-9]+,rotate(90|270),,3,,pictures/below/tower.png,,$", result.Lines[2]);
        Assert.Equal(3, result.Lines.Length);

        Assert.Equal(1, (await JagaProcess.Run(_folder, "match", "--bank", "list.csv", "--max-distance", "2", Convert.ToHexStringLower(near))).Exit);
        File.AppendAllText(Path.Combine(_folder, "list.csv"), "x,pdq,zz,1\n");
        var bad = await JagaProcess.Run(_folder, "match", "--bank", "list.csv", Convert.ToHexStringLower(near));
        Assert.Equal((2, ""), (bad.Exit, bad.Output));
        Assert.Contains("list.csv:4: hash: This is 2 characters; pdq is 64 hexadecimal digits.", bad.Errors);
        Assert.Equal(0, (await JagaProcess.Run(_folder, "match", "--bank", "list.csv", "--skip-bad", Convert.ToHexStringLower(near))).Exit);
        Assert.Equal(2, (await JagaProcess.Run(_folder, "match", "--bank", "list.csv", "--skip-bad", "--max-distance", "64", Convert.ToHexStringLower(near))).Exit);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
