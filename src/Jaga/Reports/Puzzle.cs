using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Jaga.Deliveries;

namespace Jaga.Reports;

/// <summary>
/// What a report costs its sender, so that a flood costs more than a person notices: a puzzle for the browser's script, or a wait for whoever has none. It knows
/// nobody: it rises with the load of the whole and of one subject. The wait is work for nobody, so what it lets through has a ceiling in each minute.
/// What is spent is remembered in this process for as long as it would be good. So that nobody takes all places of a minute from those without script, each part of the
/// network has its share of them: known for that minute alone, by a digest under a key that is drawn anew for it, in memory and nowhere else.
/// </summary>
public sealed class Puzzle(MasterKey master, TimeProvider clock, ReportMeter meter, ReportSettings settings)
{
    /// <summary>Bits of an easy puzzle: some tens of thousands of digests, well under a second on a phone.</summary>
    public const int EasyBits = 14;

    /// <summary>Bits of the hardest: still solved on a phone in under a minute.</summary>
    public const int MostBits = 20;

    private const int Length = 8 + 8 + 16;
    private static readonly TimeSpan Good = TimeSpan.FromHours(2);
    private readonly byte[] _key = master.Derive("report-puzzle");
    private readonly Lock _lock = new();
    private (DateTimeOffset Since, int Count) _steps;
    private readonly Dictionary<ulong, int> _stepsFrom = [];
    private readonly byte[] _salt = new byte[32];

    // Two generations, by the puzzle's seal and not its text, which may be written in capitals too. What is older than both is not remembered, and is good no more.
    private HashSet<UInt128> _spent = [];
    private HashSet<UInt128> _spentBefore = [];
    private DateTimeOffset _since = clock.GetUtcNow();
    private DateTimeOffset _sinceBefore = DateTimeOffset.MinValue;

    /// <summary>The most that one of two generations remembers, about 40 bytes each. Whoever spends more in <see cref="Good"/> shortens how long puzzles are good, for all.</summary>
    internal int MostSpent { get; init; } = 500_000;

    /// <summary>How many are remembered now.</summary>
    internal int Remembered => _spent.Count + _spentBefore.Count;

    /// <summary>A new puzzle: also the token of the slower step, which is good once it has waited.</summary>
    public string New()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, clock.GetUtcNow().UtcTicks);
        RandomNumberGenerator.Fill(bytes.AsSpan(8, 8));
        HMACSHA256.HashData(_key, bytes.AsSpan(0, 16))[..16].CopyTo(bytes.AsSpan(16));
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>How many leading zero bits the digest must have now, for a report about <paramref name="about"/> if that is known.</summary>
    public int Bits(Subject? about = null) =>
        Math.Min(MostBits, EasyBits + Doublings(meter.PerMinute, settings.EasyPerMinute) + (about is { } subject ? Doublings(meter.Of(subject), settings.EasyPerSubject) : 0));

    /// <summary>How long the slower step takes now: where this minute's are all given, or the share of this part of the network, until the next.</summary>
    public TimeSpan Wait(IPAddress? from)
    {
        lock (_lock)
        {
            return Full(clock.GetUtcNow(), PartOf(from), out var rest) && rest > settings.Step ? rest : settings.Step;
        }
    }

    /// <summary>Whether <paramref name="answer"/> solves a puzzle of this house that nobody used yet: SHA-256 of <c>PUZZLE:ANSWER</c> begins with <paramref name="bits"/> zero bits. Uses it up.</summary>
    public bool Solves(string puzzle, string answer, int bits) =>
        answer.Length is > 0 and <= 20 && Read(puzzle) is { } read && Zeros(SHA256.HashData(Encoding.ASCII.GetBytes($"{puzzle}:{answer}"))) >= bits && Spend(read);

    /// <summary>Whether it is a puzzle of this house that could still be used.</summary>
    public bool IsGood(string puzzle)
    {
        lock (_lock)
        {
            return Read(puzzle) is { } read && read.IssuedAt > _sinceBefore && !_spent.Contains(read.Seal) && !_spentBefore.Contains(read.Seal);
        }
    }

    /// <summary>Whether the slower step was taken slowly enough, and this minute has not let <see cref="ReportSettings.StepsPerMinute"/> through already, nor <see cref="ReportSettings.StepsPerNetwork"/> from this part of the network. Only then it is used up.</summary>
    /// <param name="from">Where it comes from. Null, or an address that the internet does not know (a proxy in front, a test), has no share to use up.</param>
    public bool Waited(string puzzle, IPAddress? from)
    {
        var now = clock.GetUtcNow();
        if (Read(puzzle) is not { } read || now - read.IssuedAt < settings.Step)
        {
            return false;
        }

        lock (_lock)
        {
            if (now - _steps.Since >= TimeSpan.FromMinutes(1))
            {
                _steps = (now, 0);
                _stepsFrom.Clear();
                RandomNumberGenerator.Fill(_salt);
            }

            var part = PartOf(from);
            if (Full(now, part, out _) || !Spend(read))
            {
                return false;
            }

            _steps.Count++;
            if (part is { } one)
            {
                _stepsFrom[one] = _stepsFrom.GetValueOrDefault(one) + 1;
            }

            return true;
        }
    }

    private bool Full(DateTimeOffset now, ulong? part, out TimeSpan rest)
    {
        rest = TimeSpan.FromMinutes(1) - (now - _steps.Since);
        return rest > TimeSpan.Zero && (_steps.Count >= settings.StepsPerMinute || (part is { } one && _stepsFrom.GetValueOrDefault(one) >= settings.StepsPerNetwork));
    }

    // 256 addresses of the old kind, or what one customer has of the new: whoever has one of those has all.
    private ulong? PartOf(IPAddress? from)
    {
        var address = from is { IsIPv4MappedToIPv6: true } ? from.MapToIPv4() : from;
        if (address is null || !Addresses.Allows(address, allowPrivate: false))
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        return BinaryPrimitives.ReadUInt64BigEndian(HMACSHA256.HashData(_salt, bytes.AsSpan(0, bytes.Length == 4 ? 3 : 6)));
    }

    private (DateTimeOffset IssuedAt, UInt128 Seal)? Read(string puzzle)
    {
        if (puzzle.Length != Length * 2 || !puzzle.All(char.IsAsciiHexDigit))
        {
            return null;
        }

        var bytes = Convert.FromHexString(puzzle);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, bytes.AsSpan(0, 16)).AsSpan(0, 16), bytes.AsSpan(16)))
        {
            return null;
        }

        var at = new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(bytes), TimeSpan.Zero);
        return clock.GetUtcNow() - at < Good ? (at, BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(16))) : null;
    }

    private bool Spend((DateTimeOffset IssuedAt, UInt128 Seal) puzzle)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (now - _since >= Good || _spent.Count >= MostSpent)
            {
                (_spentBefore, _spent, _sinceBefore, _since) = (_spent, [], _since, now);
            }

            return puzzle.IssuedAt > _sinceBefore && !_spentBefore.Contains(puzzle.Seal) && _spent.Add(puzzle.Seal);
        }
    }

    private static int Doublings(int count, int easy) => count <= easy ? 0 : (int)Math.Ceiling(Math.Log2((double)count / easy));

    private static int Zeros(ReadOnlySpan<byte> digest) => System.Numerics.BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt32BigEndian(digest));
}
