using System.Globalization;
using Jaga.Hashing.Tests.Support;

namespace Jaga.Hashing.Tests;

/// <summary>Films are compared frame by frame, in both directions.</summary>
public class VpdqTests
{
    private static readonly VpdqTolerance Usual = new();

    [Fact]
    public void A_clip_is_wholly_in_its_film_and_the_film_partly_in_the_clip()
    {
        var film = Film(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        var clip = Film(4, 5);

        Assert.Equal(new(100, 20), clip.Compare(film, Usual));
        Assert.Equal(new(20, 100), film.Compare(clip, Usual));
        Assert.True(clip.Compare(film, Usual).Meets(Usual));
        Assert.False(film.Compare(clip, Usual).Meets(Usual));
        Assert.True(film.Compare(clip, Usual).Meets(new() { QueryPercent = 0, TargetPercent = 80 }));
    }

    [Theory]
    [InlineData(31, 100)]
    [InlineData(32, 0)]
    public void Thirty_one_bits_are_alike_and_thirty_two_are_not(int bits, double percent)
    {
        var changed = new VpdqFingerprint([new(0, new(Flip(Hash(0), bits), 100), 0)]);

        Assert.Equal(new(percent, percent), Film(0).Compare(changed, Usual));
    }

    [Fact]
    public void Frames_that_say_little_do_not_count()
    {
        var film = new VpdqFingerprint([new(0, new(Hash(0), 49), 0), new(1, new(Hash(1), 50), 1), new(2, new(Hash(2), 100), 2)]);

        Assert.Equal(new(100, 100), film.Compare(Film(1, 2), Usual));
        Assert.Equal(new(0, 0), new VpdqFingerprint([new(0, new(Hash(0), 49), 0)]).Compare(film, Usual));
    }

    [Fact]
    public void Films_with_nothing_in_common_are_not_alike_however_little_is_asked()
    {
        VpdqTolerance nothing = new() { QueryPercent = 0, TargetPercent = 0 };

        Assert.False(Film(0, 1).Compare(Film(2, 3), nothing).Meets(nothing));
        Assert.False(VpdqFingerprint.Empty.Compare(Film(2, 3), nothing).Meets(nothing));
        Assert.False(Film(2, 3).Compare(VpdqFingerprint.Empty, nothing).Meets(nothing));
    }

    [Fact]
    public void Folding_changes_no_percentage()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var (query, target) = (Frames(random), Frames(random));
            VpdqTolerance tolerance = new() { Distance = random.Next(0, 80), Quality = random.Next(0, 101) };

            var folded = new VpdqFingerprint(query).Compare(new(target), tolerance);

            Assert.Equal(new(Share(query, target, tolerance), Share(target, query, tolerance)), folded);
            Assert.Equal(query.Count, new VpdqFingerprint(query).Total);
        }
    }

    [Fact]
    public void What_is_written_reads_the_same()
    {
        const string Lines = "0,100,e271017837246aaccddea259648fb7d62f435c89d9e99b2497763e216c8d055c,0.000\n7,3,c0f11178372c6aaccddea259648fbfd62f434c89c9e99b249772be216c8d055c,0.233\n";

        var frames = VpdqText.Read(new StringReader(Lines)).ToList();

        Assert.Equal([(0, 100, 0), (7, 3, 0.233)], frames.Select(f => (f.Number, f.Pdq.Quality, f.Seconds)));
        Assert.Equal(Lines, Written(frames));
        var json = VpdqText.WriteJson(frames);
        Assert.Equal("""["e271017837246aaccddea259648fb7d62f435c89d9e99b2497763e216c8d055c,100,0.000","c0f11178372c6aaccddea259648fbfd62f434c89c9e99b249772be216c8d055c,3,0.233"]""", json);
        Assert.Equal([0, 1], VpdqText.ReadJson(json).Select(f => f.Number));
        Assert.Equal(frames.Select(f => (f.Pdq, f.Seconds)), VpdqText.ReadJson(json).Select(f => (f.Pdq, f.Seconds)));
    }

    [Fact]
    public void A_fold_is_written_as_often_as_it_was_seen()
    {
        var film = Film(3, 3, 5, 3);

        Assert.Equal([(0, 3), (2, 1)], film.Select(f => (f.Number, f.Seen)));
        Assert.Equal(4, Written(film).Count(c => c == '\n'));
        Assert.Equal(film, new VpdqFingerprint(VpdqText.Read(new StringReader(Written(film)))));
        Assert.Equal(4, VpdqText.ReadJson(VpdqText.WriteJson(film)).Count);
    }

    [Theory]
    [InlineData("0,100,e271017837246aaccddea259648fb7d62f435c89d9e99b2497763e216c8d055c")]
    [InlineData("0,101,e271017837246aaccddea259648fb7d62f435c89d9e99b2497763e216c8d055c,0.0")]
    [InlineData("-1,100,e271017837246aaccddea259648fb7d62f435c89d9e99b2497763e216c8d055c,0.0")]
    [InlineData("0,100,e271017837246aaccddea259648fb7d62f435c89d9e99b2497763e216c8d055,0.0")]
    [InlineData("0,100,e271017837246aaccddea259648fb7d62f435c89d9e99b2497763e216c8d055c,NaN")]
    [InlineData("0,100,e271017837246aaccddea259648fb7d62f435c89d9e99b2497763e216c8d055c,0.0,1")]
    public void What_is_no_frame_is_refused_with_its_line(string line)
    {
        var refused = Assert.Throws<FormatException>(() => VpdqText.Read(new StringReader("\n" + line)).ToList());

        Assert.Contains("Line 2 ", refused.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => VpdqText.ReadJson($"[\"{line}\"]"));
        Assert.Throws<FormatException>(() => VpdqText.ReadJson(line));
    }

    [Theory]
    [InlineData("chair-19-sd-bar", "chair-orig-22-sd-bar", true)]
    [InlineData("pattern-sd-grey-bar", "pattern-hd-no-bar", false)] // the bars change every frame
    [InlineData("chair-22-with-small-logo-bar", "chair-orig-22-sd-bar", true)]
    [InlineData("doorknob-hd-no-bar", "pattern-hd-no-bar", false)]
    public void The_references_films_are_alike_as_they_should_be(string query, string target, bool isAlike)
    {
        var likeness = Reference(query).Compare(Reference(target), Usual);

        TestContext.Current.TestOutputHelper!.WriteLine($"{likeness}");
        Assert.Equal(isAlike, likeness.Meets(Usual));
    }

    [Theory]
    [InlineData("chair-19-sd-bar")]
    [InlineData("pattern-hd-no-bar")]
    public void The_references_files_are_written_byte_for_byte(string name)
    {
        var text = File.ReadAllText(SharedData.Path("video", name + ".vpdq.txt"));

        Assert.Equal(text, Written(VpdqText.Read(new StringReader(text))));
    }

    private static VpdqFingerprint Reference(string name)
    {
        using var from = File.OpenText(SharedData.Path("video", name + ".vpdq.txt"));
        return new(VpdqText.Read(from));
    }

    private static string Written(IEnumerable<VpdqFrame> frames)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        VpdqText.Write(text, frames);
        return text.ToString();
    }

    private static VpdqFingerprint Film(params int[] pictures) => new(pictures.Select((picture, i) => new VpdqFrame(i, new(Hash(picture), 100), i)));

    private static PdqHash Hash(int seed)
    {
        var bytes = new byte[PdqHash.Bytes];
        new Random(seed + 1).NextBytes(bytes);
        return PdqHash.FromBytes(bytes);
    }

    private static PdqHash Flip(PdqHash hash, int bits)
    {
        var bytes = hash.ToArray();
        for (var bit = 0; bit < bits; bit++)
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        return PdqHash.FromBytes(bytes);
    }

    private static List<VpdqFrame> Frames(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 60)).Select(i => new VpdqFrame(i, new(Flip(Hash(random.Next(5)), random.Next(3) * 10), random.Next(4) * 25 + 25), i))];

    /// <summary>As the definition says it, over every frame.</summary>
    private static double Share(List<VpdqFrame> of, List<VpdqFrame> among, VpdqTolerance tolerance)
    {
        var counted = of.Where(f => f.Pdq.Quality >= tolerance.Quality).ToList();
        var alike = counted.Count(f => among.Any(o => o.Pdq.Quality >= tolerance.Quality && f.Pdq.Hash.DistanceTo(o.Pdq.Hash) <= tolerance.Distance));
        return counted.Count == 0 ? 0 : alike * 100.0 / counted.Count;
    }
}
