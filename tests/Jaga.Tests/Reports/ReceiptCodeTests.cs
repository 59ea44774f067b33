using Jaga.Reports;

namespace Jaga.Tests.Reports;

public sealed class ReceiptCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    [Fact]
    public void A_code_is_read_as_it_was_told_however_it_is_typed()
    {
        for (var i = 0; i < 200; i++)
        {
            var code = ReceiptCode.New().ToString();
            Assert.Equal(24, code.Length);
            foreach (var typed in new[] { code, code.ToLowerInvariant(), code.Replace("-", " "), code.Replace("-", ""), $"  {code.Replace('0', 'O').Replace('1', 'l')}. " })
            {
                Assert.Equal(code, ReceiptCode.Read(typed, out _)?.ToString());
            }
        }
    }

    [Fact]
    public void One_wrong_letter_is_found_and_up_to_three_are_noticed()
    {
        var chance = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var code = ReceiptCode.New().ToString().Replace("-", "");
            var at = chance.Next(code.Length);
            Assert.Null(ReceiptCode.Read(Changed(code, at), out var one));
            Assert.Equal(new(ReceiptMistakeKind.Group, (at / 4) + 1), one);

            var other = (at + 1 + chance.Next(18)) % 20;
            Assert.Null(ReceiptCode.Read(Changed(Changed(code, at), other), out var two));
            Assert.Equal(ReceiptMistakeKind.Somewhere, two.Kind);

            var third = Enumerable.Range(0, 20).First(i => i != at && i != other);
            Assert.Null(ReceiptCode.Read(Changed(Changed(Changed(code, at), other), third), out _));
        }

        string Changed(string code, int at) => code[..at] + Alphabet[(Alphabet.IndexOf(code[at]) + 1 + chance.Next(31)) % 32] + code[(at + 1)..];
    }

    [Fact]
    public void What_is_too_short_or_holds_a_strange_letter_is_told_so()
    {
        var code = ReceiptCode.New().ToString();
        Assert.Null(ReceiptCode.Read(code[..^1], out var shorter));
        Assert.Equal(new(ReceiptMistakeKind.Length, 19), shorter);
        Assert.Null(ReceiptCode.Read("U" + code[1..], out var strange));
        Assert.Equal(new(ReceiptMistakeKind.Symbol, 1), strange);
        Assert.Null(ReceiptCode.Read("", out _));
    }

    [Fact]
    public void No_two_codes_are_alike_and_every_symbol_is_as_likely_as_any_other()
    {
        Assert.True(ReceiptCode.Entropy >= 80);
        var codes = Enumerable.Range(0, 4000).Select(_ => ReceiptCode.New().ToString().Replace("-", "")).ToList();
        Assert.Equal(codes.Count, codes.Distinct().Count());
        // 125 are to be expected at each place; 12 standard deviations are allowed.
        Assert.All(Enumerable.Range(0, 20), at => Assert.All(codes.CountBy(c => c[at]), s => Assert.InRange(s.Value, 1, 260)));
    }

    [Fact]
    public void What_is_kept_of_a_code_depends_on_the_key_of_the_house()
    {
        var code = ReceiptCode.New();
        var (one, other) = (code.Digest(new byte[32]), code.Digest([1, .. new byte[31]]));
        Assert.Equal(32, one.Length);
        Assert.NotEqual(one, other);
    }
}
