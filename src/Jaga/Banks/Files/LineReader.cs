namespace Jaga.Banks.Files;

/// <summary>
/// Reads a file line by line, as bytes, in memory that does not grow with the file or with a line. Lines end with LF or CR LF, and a quoted text does not
/// reach beyond its line: one stray quotation mark spoils one line, not the rest of the file.
/// </summary>
internal sealed class LineReader(Stream file)
{
    /// <summary>Bytes of the longest line that is read.</summary>
    public const int MaxLine = 512 * 1024;

    private readonly byte[] _buffer = new byte[4 * MaxLine];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>The number of the line last read, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Bytes read from the file so far.</summary>
    public long Position { get; private set; }

    /// <summary>Reads the next line, without its end. False at the end of the file.</summary>
    /// <param name="line">Valid until the next call; empty where it is too long.</param>
    /// <param name="tooLong">The line was longer than <see cref="MaxLine"/> and was passed over.</param>
    public bool Next(out ReadOnlySpan<byte> line, out bool tooLong)
    {
        tooLong = false;
        for (var searched = 0; ;)
        {
            var end = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (end >= 0)
            {
                end += searched;
                Number++;
                line = _buffer.AsSpan(_start, end);
                line = line.EndsWith("\r"u8) ? line[..^1] : line;
                _start += end + 1;
                tooLong |= line.Length > MaxLine;
                line = tooLong ? default : line;
                return true;
            }

            if (_end - _start > MaxLine + 1)
            {
                // Passed over as it comes: a line of gigabytes costs no memory.
                (tooLong, _start) = (true, _end);
            }

            searched = _end - _start;
            if (!Fill())
            {
                line = tooLong ? default : _buffer.AsSpan(_start, _end - _start);
                var last = _start < _end || tooLong;
                _start = _end;
                Number += last ? 1 : 0;
                return last;
            }
        }
    }

    private bool Fill()
    {
        if (_ended)
        {
            return false;
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = file.Read(_buffer.AsSpan(_end));
        _end += read;
        Position += read;
        _ended = read == 0;
        return read > 0;
    }
}
