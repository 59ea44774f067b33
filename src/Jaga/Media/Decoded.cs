using System.Text;
using Jaga.Hashing;

namespace Jaga.Media;

/// <summary>A child's answer about one file, and how it goes over the pipe. The parent takes no byte of it on trust: a subverted child writes what it likes.</summary>
internal sealed record Decoded(MediaOutcome Outcome, string Reason)
{
    /// <summary>The longest answer that a parent accepts, in bytes.</summary>
    public const int MaxAnswerBytes = 16 * 1024 * 1024;

    private const int MaxReasonLength = 300;

    public int Width { get; init; }

    public int Height { get; init; }

    public int FrameCount { get; init; }

    public int Quality { get; init; }

    /// <summary>Eight, or none.</summary>
    public PdqHash[] Dihedral { get; init; } = [];

    public IReadOnlyList<VpdqFrame> Frames { get; init; } = [];

    public byte[] Preview { get; init; } = [];

    public byte[] View { get; init; } = [];

    /// <summary>Writes the answer as one frame: its length in four bytes, little-endian, then itself.</summary>
    public void Write(Stream to)
    {
        using var body = new MemoryStream();
        using (var writer = new BinaryWriter(body, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write((byte)Outcome);
            writer.Write(Reason.Length <= MaxReasonLength ? Reason : Reason[..MaxReasonLength]);
            writer.Write(Width);
            writer.Write(Height);
            writer.Write(FrameCount);
            writer.Write((byte)Quality);
            writer.Write((byte)Dihedral.Length);
            foreach (var hash in Dihedral)
            {
                writer.Write(hash.ToArray());
            }

            writer.Write(Frames.Count);
            foreach (var frame in Frames)
            {
                writer.Write(frame.Number);
                writer.Write(frame.Seen);
                writer.Write(frame.Seconds);
                writer.Write((byte)frame.Pdq.Quality);
                writer.Write(frame.Pdq.Hash.ToArray());
            }

            writer.Write(Preview.Length);
            writer.Write(Preview);
            writer.Write(View.Length);
            writer.Write(View);
        }

        Wire.WriteFrame(to, body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    /// <summary>Reads an answer's frame.</summary>
    /// <exception cref="EndOfStreamException">The child went away.</exception>
    /// <exception cref="InvalidDataException">It is not an answer.</exception>
    public static Decoded Read(Stream from)
    {
        var body = Wire.ReadFrame(from, MaxAnswerBytes);
        using var reader = new BinaryReader(new MemoryStream(body), Encoding.UTF8);
        try
        {
            var outcome = (MediaOutcome)reader.ReadByte();
            var reason = new string([.. reader.ReadString().Where(c => !char.IsControl(c)).Take(MaxReasonLength)]);
            var answer = new Decoded(outcome, reason)
            {
                Width = reader.ReadInt32(),
                Height = reader.ReadInt32(),
                FrameCount = reader.ReadInt32(),
                Quality = reader.ReadByte(),
                Dihedral = Many(reader.ReadByte(), Pdq.DihedralCount, () => PdqHash.FromBytes(reader.ReadBytes(PdqHash.Bytes))),
                Frames = Many(reader.ReadInt32(), body.Length / PdqHash.Bytes, () =>
                {
                    var (number, seen, seconds, quality) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble(), reader.ReadByte());
                    return new VpdqFrame(number, new(PdqHash.FromBytes(reader.ReadBytes(PdqHash.Bytes)), quality), seconds, seen);
                }),
                Preview = Jpeg(reader),
                View = Jpeg(reader),
            };
            return answer.IsSound() ? answer : throw new InvalidDataException("The child's answer makes no sense.");
        }
        catch (Exception broken) when (broken is EndOfStreamException or ArgumentException or FormatException)
        {
            throw new InvalidDataException("The child's answer is not one.", broken);
        }
    }

    private bool IsSound() =>
        Enum.IsDefined(Outcome) && Width >= 0 && Height >= 0 && FrameCount >= 0 && Quality <= 100
        && Dihedral.Length is 0 or Pdq.DihedralCount
        && Frames.All(f => f.Number >= 0 && f.Seen is > 0 and < 1_000_000 && f.Pdq.Quality <= 100 && f.Seconds is >= 0 and < 1e9);

    private static T[] Many<T>(int count, int most, Func<T> one)
    {
        if (count < 0 || count > most)
        {
            throw new InvalidDataException($"The child's answer has {count} where at most {most} can be.");
        }

        var all = new T[count];
        for (var i = 0; i < count; i++)
        {
            all[i] = one();
        }

        return all;
    }

    private static byte[] Jpeg(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        var bytes = length >= 0 ? reader.ReadBytes(Math.Min(length, MaxAnswerBytes)) : [];
        return bytes.Length == length && (length == 0 || bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]))
            ? bytes
            : throw new InvalidDataException("The child's derivative is not a JPEG.");
    }
}
