using Jaga.Hashing.Tests.Support;

namespace Jaga.Hashing.Tests;

/// <summary>Near-duplicates among real comments: promotion of gambling (label 1) and others (label 0), from the reference data.</summary>
public class SpamTests(ITestOutputHelper output)
{
    private const int Banked = 500;

    [Fact]
    public void Disguised_and_edited_copies_of_banked_spam_are_found_and_others_are_not()
    {
        var file = SharedData.Path("text", "id_youtube_spam.tsv");
        var random = new Random(20261122);
        var lines = File.ReadLines(file).Skip(1).Select(line => line.Split('\t', 2)).Where(line => line.Length == 2).ToList();
        var spam = lines.Where(line => line[0] == "1").Select(line => line[1]).Distinct().ToArray();
        var others = lines.Where(line => line[0] == "0").Select(line => line[1]).Distinct().ToArray();
        random.Shuffle(spam);
        var bank = spam[..Banked];
        var exact = bank.Select(text => NormalText.Of(text).Digest).ToHashSet();
        var bits = bank.Select(text => TextFingerprint.Of(NormalText.Of(text))).OfType<PdqHash>().ToArray();
        var index = new HammingIndex(bits, new int[bits.Length]);
        output.WriteLine($"{spam.Length} and {others.Length} comments; {bank.Length} banked, {bits.Length} of them long enough for a fingerprint");

        var copies = new (string What, NormalText[] Texts)[]
        {
            ("disguised", [.. bank.Select(text => NormalText.Of(Disguise.Any(text, random)))]),
            ("edited", [.. bank.Select(text => NormalText.Of(Edited(text, random)))]),
            ("other spam", [.. spam[Banked..].Select(NormalText.Of)]),
            ("wrong", [.. others.Select(NormalText.Of)]),
        };
        foreach (var distance in (int[])[15, TextFingerprint.UsualDistance, 47])
        {
            var shares = copies.ToDictionary(of => of.What, of => (double)of.Texts.Count(text => IsFound(text, distance)) / of.Texts.Length);
            output.WriteLine($"distance {distance}: {string.Join(", ", shares.Select(share => $"{share.Key} {share.Value:P3}"))}");
            if (distance == TextFingerprint.UsualDistance)
                Assert.True(shares["disguised"] >= 0.99 && shares["edited"] >= 0.75 && shares["wrong"] < 0.0003);
        }

        bool IsFound(NormalText text, int distance) =>
            exact.Contains(text.Digest) || (TextFingerprint.Of(text) is { } of && index.Find(of, distance).Count > 0);
    }

    // What campaigns do: a time before it, a sign after it, a word more, a word less, two words in the other order.
    private static string Edited(string text, Random random)
    {
        var words = text.Split(' ').ToList();
        var at = random.Next(words.Count);
        switch (random.Next(4))
        {
            case 0: words.Insert(0, $"{random.Next(10):00}:{random.Next(60):00}"); break;
            case 1: words.Insert(at, random.GetItems((string[])["banget", "bang", "kak", "emang", "guys"], 1)[0]); break;
            case 2 when words.Count > 3: words.RemoveAt(at); break;
            default: (words[0], words[at]) = (words[at], words[0]); break;
        }
        return string.Join(' ', words) + random.GetItems((string[])["", " 🔥", "!!!", " 😭"], 1)[0];
    }
}
