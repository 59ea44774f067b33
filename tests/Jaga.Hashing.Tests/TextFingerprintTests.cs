namespace Jaga.Hashing.Tests;

public class TextFingerprintTests
{
    private const string Plain = "Main terus di pulauwin777, gampang menang dan rejeki lancar setiap hari untuk semua member baru";

    [Fact]
    public void The_bits_are_the_same_everywhere_and_for_all_time() =>
        Assert.Equal("61bfcb2a4400f411d5ac85a5b90c3d584e09659b54616deab2a2ea53aa0c02fc", TextFingerprint.Of(NormalText.Of(Plain)).ToString());

    [Fact]
    public void A_text_that_reads_the_same_has_the_same_bits() =>
        Assert.Equal(TextFingerprint.Of(NormalText.Of(Plain)), TextFingerprint.Of(NormalText.Of("⭐ MAIN terus di 𝗣𝗨𝗟𝗔𝗨𝗪𝗜𝗡777 g4mpang menaaang dan rejeki lancar setiap hari untuk semua member baru 🔥")));

    [Theory]
    [InlineData("Main terus di pulauwin777, gampang menang dan rejeki lancar setiap hari untuk semua member", 0, 31)]
    [InlineData("Ayo main terus di pulauwin777, gampang menang dan rejeki lancar setiap hari untuk semua member baru", 0, 31)]
    [InlineData("Kemarin kami sekeluarga pergi ke pasar untuk membeli sayur dan ikan segar sebelum pulang ke rumah", 90, 160)]
    public void The_distance_grows_with_what_is_changed(string other, int least, int most) =>
        Assert.InRange(TextFingerprint.Of(NormalText.Of(Plain))!.Value.DistanceTo(TextFingerprint.Of(NormalText.Of(other))!.Value), least, most);

    [Theory]
    [InlineData("")]
    [InlineData("Selamat pagi semua")]
    [InlineData("slot slot slot slot slot slot slot slot slot slot slot slot")]
    [InlineData("wkwkwkwkwkwkwkwkwkwkwkwkwkwkwkwkwkwkwkwkwkwkwkwkwkwkwk")]
    public void A_text_that_says_little_has_none(string text) => Assert.Null(TextFingerprint.Of(NormalText.Of(text)));

    [Fact]
    public void The_distance_tells_the_share_in_common()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 200; round++)
        {
            var words = Enumerable.Range(0, 200).Select(_ => string.Concat(random.GetItems("abcdefghijkmnopqrstuvwxyz".AsSpan().ToArray(), 6))).ToArray();
            var kept = random.Next(0, 101);
            var one = NormalText.Of(string.Join(' ', words[..100]));
            var other = NormalText.Of(string.Join(' ', words[..kept].Concat(words[100..(200 - kept)])));
            var (first, second) = (Grams(one), Grams(other));
            var share = (double)first.Intersect(second).Count() / first.Union(second).Count();
            Assert.InRange(TextFingerprint.Of(one)!.Value.DistanceTo(TextFingerprint.Of(other)!.Value) - 128 * (1 - share), -40, 40);
        }

        static HashSet<string> Grams(NormalText text) => [.. Enumerable.Range(0, text.Letters.Length - 3).Select(i => text.Letters.Substring(i, 4))];
    }

    [Fact]
    public void The_index_finds_every_text_within_the_distance()
    {
        var random = new Random(20261122);
        var words = "rejeki lancar menang gampang situs terpercaya daftar sekarang bonus besar anak muda pulang kampung senang ikut acara keluarga malam minggu".Split(' ');
        var bits = Enumerable.Range(0, 3_000).Select(_ => TextFingerprint.Of(NormalText.Of(string.Join(' ', random.GetItems(words, 12))))).OfType<PdqHash>().ToArray();
        var index = new HammingIndex(bits, [.. Enumerable.Range(0, bits.Length)]);
        foreach (var radius in (int[])[0, 15, TextFingerprint.UsualDistance, 48])
            foreach (var query in bits.Take(60))
                Assert.Equal(
                    Enumerable.Range(0, bits.Length).Where(i => bits[i].DistanceTo(query) <= radius),
                    index.Find(query, radius).Select(found => found.Value).Order());
    }
}
