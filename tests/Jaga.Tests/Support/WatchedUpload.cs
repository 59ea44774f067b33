using System.Text;

namespace Jaga.Tests.Support;

/// <summary>
/// A long upload that looks, when nearly all of it was taken, whether what it said lies in one of the server's temporary files. It is longer than sockets and pipes hold:
/// whoever asks for its end has read most of it.
/// </summary>
public sealed class WatchedUpload : Stream
{
    private readonly byte[] _mark = Encoding.ASCII.GetBytes($"%PDF {Guid.NewGuid():n} ");
    private readonly long _length;
    private long _position;

    /// <param name="length">In bytes; far above 8 MiB.</param>
    public WatchedUpload(long length) => _length = length;

    /// <summary>Whether it was read to its end.</summary>
    public bool Ended { get; private set; }

    /// <summary>The temporary files in which it was found.</summary>
    public int Spooled { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var take = (int)Math.Min(buffer.Length, _length - _position);
        for (var i = 0; i < take; i++)
        {
            buffer[i] = _mark[(_position + i) % _mark.Length];
        }

        _position += take;
        if (take == 0 && !Ended)
        {
            (Ended, Spooled) = (true, new DirectoryInfo(Environment.GetEnvironmentVariable("ASPNETCORE_TEMP") ?? Path.GetTempPath()).EnumerateFiles("ASPNETCORE_*.tmp").Count(IsThis));
        }

        return take;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private bool IsThis(FileInfo file)
    {
        try
        {
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var head = new byte[_mark.Length];
            return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.AsSpan().SequenceEqual(_mark);
        }
        catch (IOException)
        {
            // Another test's, gone meanwhile.
            return false;
        }
    }
}
