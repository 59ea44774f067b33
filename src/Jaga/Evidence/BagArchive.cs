using System.Formats.Tar;

namespace Jaga.Evidence;

/// <summary>
/// Whether a tar file is, byte for byte, the one that Jaga wrote: every header, every filling byte, and the order of its files. It is written once more, file by file, and compared;
/// nothing is kept. An archive that holds folders was made by another tool from an unpacked bag: its frame is that tool's own, and only its files were sealed.
/// </summary>
internal static class BagArchive
{
    public static async Task<BagFault?> Check(string archive, BagContent bag, CancellationToken ct)
    {
        if (bag.HasFolders || bag.Text("manifest-sha256.txt") is not { } manifest || !bag.Files.ContainsKey(BagBlocks.Name))
        {
            return null;
        }

        var order = manifest.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split("  ", 2)[^1]).Concat(BagWriter.Tags).ToList();
        var name = Path.GetFileName(archive);
        await using var written = File.OpenRead(archive);
        await using var file = File.OpenRead(archive);
        await using var tar = new TarReader(file);
        await using var compared = new ComparedStream(written);
        TarBag? again = null;
        DateTimeOffset? at = null;
        try
        {
            for (var i = 0; await tar.GetNextEntryAsync(copyData: false, ct) is { } entry; i++)
            {
                var (folder, path) = entry.Name.Split('/', 2) is [var first, var rest] ? (first, rest) : ("", entry.Name);
                if (i >= order.Count || path != order[i])
                {
                    return new(path, null, $"{path} stands in the archive where {(i < order.Count ? order[i] : "nothing")} was written: the order was changed.");
                }

                again ??= new(compared, folder);
                at ??= entry.ModificationTime;
                await again.Add(path, entry.DataStream ?? Stream.Null, at.Value, ct);
                if (compared.Different is { } place)
                {
                    return Fault(name, place);
                }
            }
        }
        finally
        {
            await (again?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        return compared.Different is { } last ? Fault(name, last) : compared.Position < written.Length ? Fault(name, compared.Position) : null;
    }

    private static BagFault Fault(string name, long place) => new(name, place, $"{name} was altered at its byte {place}, outside of the files in it.");

    /// <summary>Takes what is written and compares it with what stands in a file, from its beginning on.</summary>
    private sealed class ComparedStream(Stream original) : Stream
    {
        private readonly byte[] _buffer = new byte[1 << 16];
        private long _position;

        /// <summary>The first byte that is not the same.</summary>
        public long? Different { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _position;

        public override long Position { get => _position; set => throw new NotSupportedException("Written once, in order."); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                var part = buffer[..Math.Min(buffer.Length, _buffer.Length)];
                var there = _buffer.AsSpan(0, original.ReadAtLeast(_buffer.AsSpan(0, part.Length), part.Length, throwOnEndOfStream: false));
                var same = part.CommonPrefixLength(there);
                Different ??= same < part.Length ? _position + same : null;
                _position += part.Length;
                buffer = buffer[part.Length..];
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only written.");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Written once, in order.");

        public override void SetLength(long value) => throw new NotSupportedException("Written once, in order.");
    }
}
