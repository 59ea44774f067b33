using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Jaga.Reports;

/// <summary>
/// What a report costs its sender, so that a flood costs more than a person notices: a puzzle for the browser's script, or a wait for whoever has none. It knows
/// nobody: it rises with the load of the whole and of one subject. What is spent is remembered in this process for as long as it would be good.
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
    private readonly ConcurrentDictionary<string, DateTimeOffset> _spent = [];
    private (DateTimeOffset Since, int Count) _steps;

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

    /// <summary>How long the slower step takes now.</summary>
    public TimeSpan Wait => settings.Step * Math.Min(16, 1 << Doublings(_steps.Count, settings.StepsPerMinute));

    /// <summary>Whether <paramref name="answer"/> solves a puzzle of this house that nobody used yet: SHA-256 of <c>PUZZLE:ANSWER</c> begins with <paramref name="bits"/> zero bits. Uses it up.</summary>
    public bool Solves(string puzzle, string answer, int bits) =>
        answer.Length is > 0 and <= 20 && IssuedAt(puzzle) is not null && Zeros(SHA256.HashData(Encoding.ASCII.GetBytes($"{puzzle}:{answer}"))) >= bits && Spend(puzzle);

    /// <summary>Whether the slower step was taken slowly enough. Uses it up.</summary>
    public bool Waited(string puzzle)
    {
        var now = clock.GetUtcNow();
        if (IssuedAt(puzzle) is not { } at || now - at < Wait || !Spend(puzzle))
        {
            return false;
        }

        _steps = now - _steps.Since < TimeSpan.FromMinutes(1) ? (_steps.Since, _steps.Count + 1) : (now, 1);
        return true;
    }

    private DateTimeOffset? IssuedAt(string puzzle)
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
        return clock.GetUtcNow() - at < Good ? at : null;
    }

    private bool Spend(string puzzle)
    {
        var now = clock.GetUtcNow();
        if (_spent.Count > 100_000)
        {
            foreach (var old in _spent.Where(s => now - s.Value > Good).ToList())
            {
                _spent.TryRemove(old.Key, out _);
            }
        }

        return _spent.TryAdd(puzzle, now);
    }

    private static int Doublings(int count, int easy) => count <= easy ? 0 : (int)Math.Ceiling(Math.Log2((double)count / easy));

    private static int Zeros(ReadOnlySpan<byte> digest) => System.Numerics.BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt32BigEndian(digest));
}
