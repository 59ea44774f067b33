using System.Text;
using Jaga.Banks;
using Jaga.Banks.Files;

namespace Jaga.Tests.Banks;

public sealed class SignalFileTests
{
    private static readonly string A = BankScene.Pdq(1);
    private static readonly string B = BankScene.Pdq(2);
    private static readonly string M = BankScene.Md5(3);

    public static TheoryData<string, string> Shapes => new()
    {
        { $"hash,algorithm\n{A},pdq\n{M},md5\n", "Pdq Md5" },
        { $"\uFEFFhash,algorithm\r\n{A},pdq\r\n{M},md5\r\n", "Pdq Md5" },
        { $"\"Hash\";\"Signal Type\"\r\n\"{A}\";\"SHA-256\"\r\n", "Sha256" },
        { $"Algorithm\tHash value\npdq\t{A}", "Pdq" },
        { $"{A},pdq\n{M},md5", "Pdq Md5" },
        { $"pdq,{A}\nmd5,{M}", "Pdq Md5" },
        { $"{M}\n{M[..8]}{M}\n", "Md5 Sha1" },
        { $"pdq,quality\n{A},70\n{B},\n", "Pdq Pdq" },
        { $"file,algorithm,hash,quality\npictures/a.jpg,pdq,{A},99\n", "Pdq" },
        { $"\n\n   \nhash,algorithm\n\n{A},pdq\n\n", "Pdq" },
        { $"{{\"hash\":\"{A}\",\"algorithm\":\"pdq\",\"quality\":90,\"labels\":[\"a\",\"b\"],\"later\":{{\"x\":[1]}}}}\n{{\"value\":\"{M}\",\"type\":\"MD5\",\"quality\":null}}\n", "Pdq Md5" },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void A_list_is_read_in_whichever_of_its_usual_shapes_it_comes(string file, string types)
    {
        var read = Read(file);
        Assert.All(read, e => Assert.Null(e.Problem));
        Assert.Equal(types, string.Join(' ', read.Select(e => e.Signal.Type)));
    }

    public static TheoryData<string, long, string, string> Bad => new()
    {
        { $"hash,algorithm\n{A},pdq\0\n", 2, "line", "There is a NUL byte in it." },
        { $"hash,algorithm\n\n{new string('a', LineReader.MaxLine + 1)}\n", 3, "line", "The line is longer than 524,288 bytes." },
        { $"hash,algorithm\n{A},pdq,\n", 2, "line", "This line has 3 fields; the first line has 2." },
        { $"hash,algorithm\n\"{A}\"x,pdq\n", 2, "line", "After the closing quotation mark at column 66 comes more text." },
        { $"hash,algorithm\n{A}\",pdq\n", 2, "line", "A quotation mark stands within the text at column 65." },
        { $"hash,algorithm,entry\n{A},pdq,{new string('e', 201)}\n", 2, "entry", "This is 201 characters; there is room for 200." },
        { $"hash,algorithm,entry\n{A},pdq,a\rb\n", 2, "entry", "U+000D does not belong into a reference." },
        { "zz,pdq\n", 1, "hash", "This is 2 characters; pdq is 64 hexadecimal digits." },
        { $"hash,pdq\n{A},{B}\n", 1, "header", "Two columns are hashes: 'hash' and 'pdq'. A line holds one." },
        { "name,colour,size\na,b,c\n", 1, "header", "Without a header, a line is a hash, or a hash and its algorithm or quality. With one, a column is called 'hash' or by its algorithm." },
        { $"{{\"hash\":\"{A}\",\"algorithm\":\"pdq\"\n", 1, "line", "This is not JSON, from column 94 on." },
        { $"{{\"hash\":\"{A}\",\"hash\":\"{B}\",\"algorithm\":\"pdq\"}}\n", 1, "line", "This is not JSON, from column 1 on." },
        { $"{{\"hash\":\"{A}\",\"algorithm\":\"pdq\",\"entry\":\"\\ud800\"}}\n", 1, "line", "A text in it has half of a character (an escaped surrogate without its other half)." },
        { $"{{\"hash\":\"{A}\",\"algorithm\":\"pdq\",\"\\ud800\":1}}\n", 1, "line", "A text in it has half of a character (an escaped surrogate without its other half)." },
        { $"[{{\"hash\":\"{A}\"}}]\n", 1, "line", "A line of JSON Lines is one object: {\"hash\": \"…\", \"algorithm\": \"pdq\"}." },
    };

    [Theory, MemberData(nameof(Bad))]
    public void What_cannot_be_read_is_told_with_its_line(string file, long line, string field, string reason)
    {
        var problem = Assert.Single(Read(file), e => e.Problem is not null).Problem!.Value;
        Assert.Equal((line, field), (problem.Line, problem.Field));
        if (!reason.StartsWith("This is not JSON", StringComparison.Ordinal))
        {
            Assert.Equal(reason, problem.Reason);
        }
    }

    [Fact]
    public void One_stray_quotation_mark_spoils_one_line_and_not_the_rest()
    {
        var read = Read($"hash,algorithm,entry\n{A},pdq,\"open\n{B},pdq,fine\n");
        Assert.Equal([true, false], read.Select(e => e.Problem is not null));
    }

    [Fact]
    public void A_line_of_ten_megabytes_costs_its_line_only_and_numbers_go_on()
    {
        var read = Read($"hash,algorithm\n{new string('f', 10_000_000)}\n{A},pdq\nbad,pdq\n");
        Assert.Equal([2L, null, 4L], read.Select(e => e.Problem?.Line));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_and_files_that_are_utf16_are_named()
    {
        var line = Assert.Single(Read([.. "hash,algorithm,entry\n"u8, .. Encoding.ASCII.GetBytes(A), .. ",pdq,"u8, 0xC3, 0x28, (byte)'\n']));
        Assert.Equal(new(2, "line", "This is not UTF-8."), line.Problem);
        var wide = Assert.Single(Read([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes($"hash,algorithm\n{A},pdq\n")]));
        Assert.Equal(new(1, "line", "This file is UTF-16. Save it as UTF-8."), wide.Problem);
    }

    [Theory, InlineData(1), InlineData(7), InlineData(4096)]
    public void Lines_are_the_same_however_the_bytes_arrive(int atATime)
    {
        var file = Encoding.UTF8.GetBytes(BankScene.Csv(500) + $"{new string('x', 300_000)}\r\n\r\n{A},pdq,1");
        var whole = Entries(new(new MemoryStream(file), null));
        Assert.Equal(whole.Select(e => (e.Problem, Convert.ToHexString(e.Signal.Value.Span))), Entries(new(new Trickle(file, atATime), null)).Select(e => (e.Problem, Convert.ToHexString(e.Signal.Value.Span))));
        Assert.Equal(502, whole.Count);
        Assert.Equal(502, Assert.Single(whole, e => e.Problem is not null).Problem!.Value.Line);
    }

    [Fact]
    public void Any_bytes_at_all_are_read_to_their_end()
    {
        var random = new Random(20261121);
        var valid = Encoding.UTF8.GetBytes(BankScene.Csv(20));
        for (var round = 0; round < 500; round++)
        {
            var bytes = (byte[])valid.Clone();
            for (var i = 0; i < 1 + (round % 40); i++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var file = new SignalFile(new MemoryStream(bytes), null);
            Assert.InRange(Entries(file).Count, 1, bytes.Length);
        }
    }

    private static List<(NewSignal Signal, LineProblem? Problem)> Read(string file) => Read(Encoding.UTF8.GetBytes(file));

    private static List<(NewSignal Signal, LineProblem? Problem)> Read(byte[] file) => Entries(new(new MemoryStream(file), null));

    private static List<(NewSignal Signal, LineProblem? Problem)> Entries(SignalFile file) => [.. file.Entries()];

    private sealed class Trickle(byte[] bytes, int atATime) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, atATime)]);
    }
}
