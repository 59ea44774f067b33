using System.Security.Cryptography;
using System.Text;
using Jaga.Banks;
using Jaga.Banks.Files;

namespace Jaga.Tests.Banks;

/// <summary>Short ways to do in tests what operators do.</summary>
internal static class BankScene
{
    public static readonly Actor Operator = new(ActorKind.Staff, "tester", "Tester");

    public static Task<BankAnswer> Bank(this JagaHost jaga, string name = "bridges", BankWish? wish = null) =>
        jaga.Ask<CreateBank, BankAnswer>(create => create.Run(new((wish ?? new()) with { Name = name }), Operator, default));

    public static Task<ImportReport> Import(this JagaHost jaga, BankAnswer bank, string text, bool skipBad = false, SignalType? usual = null) =>
        jaga.Import(bank, Encoding.UTF8.GetBytes(text), skipBad, usual);

    public static Task<ImportReport> Import(this JagaHost jaga, BankAnswer bank, byte[] file, bool skipBad = false, SignalType? usual = null) =>
        jaga.Ask<ImportSignals, ImportReport>(import => import.Run(bank.Id, new MemoryStream(file), "list.csv", usual, skipBad, Operator, default));

    public static Task<long> Size(this JagaHost jaga, BankAnswer bank) => jaga.Ask<ReadBanks, long>(async read => (await read.One(bank.Id, default)).Signals);

    public static Task<IReadOnlyList<ReadSignals.Row>> Signals(this JagaHost jaga, BankAnswer bank) =>
        jaga.Ask<ReadSignals, IReadOnlyList<ReadSignals.Row>>(async read => (await read.Run(bank.Id, new(null, 200), default)).Rows);

    /// <summary>A hash of 32 bytes that is the same in every run.</summary>
    public static string Pdq(int number) => Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)));

    public static string Md5(int number) => Pdq(number)[..32];

    public static string Csv(int count, int first = 0) =>
        "hash,algorithm,quality\n" + string.Concat(Enumerable.Range(first, count).Select(i => $"{Pdq(i)},pdq,90\n"));
}
