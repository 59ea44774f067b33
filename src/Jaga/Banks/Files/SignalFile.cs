using System.Text;
using System.Text.Json;

namespace Jaga.Banks.Files;

/// <summary>
/// Reads a list of signals, CSV or JSON Lines, whichever it is, one entry a line. A line that cannot be read is told with its number, the field and the reason.
/// </summary>
/// <param name="file">UTF-8, with or without its mark. Read once, from where it stands.</param>
/// <param name="usual">What an entry is that does not name its algorithm.</param>
internal sealed class SignalFile(Stream file, SignalType? usual)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private static readonly JsonDocumentOptions JsonRules = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly LineReader _lines = new(file);
    private readonly List<string> _fields = [];
    private readonly SortedSet<string> _ignored = new(StringComparer.Ordinal);
    private CsvColumns? _columns;
    private char _delimiter;
    private bool? _json;

    /// <summary>The number of the line last read, from 1.</summary>
    public long Line => _lines.Number;

    /// <summary>Bytes read so far.</summary>
    public long Position => _lines.Position;

    /// <summary>Columns or properties that mean nothing here.</summary>
    public IReadOnlyCollection<string> Ignored => _ignored;

    /// <summary>The entries, or what is wrong with the line. Empty lines are passed over. Ends early where the header makes the rest meaningless.</summary>
    public IEnumerable<(NewSignal Signal, LineProblem? Problem)> Entries()
    {
        while (Next(out var text, out var problem))
        {
            if (problem is { } unreadable)
            {
                yield return (default, unreadable);
                if (_json is null)
                {
                    yield break;
                }

                continue;
            }

            if (text.Length == 0 || Entry(text, out var signal, out problem) is false)
            {
                continue;
            }

            yield return (signal, problem);
            if (_json is false && _columns is null)
            {
                yield break;
            }
        }
    }

    private bool Next(out string text, out LineProblem? problem)
    {
        (text, problem) = ("", null);
        if (!_lines.Next(out var line, out var tooLong))
        {
            return false;
        }

        if (Line == 1)
        {
            line = line.StartsWith("\uFEFF"u8) ? line[3..] : line;
            if (line.StartsWith((byte[])[0xFF, 0xFE]) || line.StartsWith((byte[])[0xFE, 0xFF]))
            {
                problem = new(Line, "line", "This file is UTF-16. Save it as UTF-8.");
                return true;
            }
        }

        if (tooLong)
        {
            problem = new(Line, "line", $"The line is longer than {LineReader.MaxLine:N0} bytes.");
        }
        else if (line.Contains((byte)0))
        {
            problem = new(Line, "line", "There is a NUL byte in it.");
        }
        else
        {
            try
            {
                text = Strict.GetString(line);
            }
            catch (DecoderFallbackException)
            {
                problem = new(Line, "line", "This is not UTF-8.");
            }
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            text = "";
        }

        // What the first line is decides how the rest is read; unreadable, it decides for CSV only if the next one can be its header.
        _json ??= text.Length > 0 ? text.TrimStart()[0] is '{' or '[' : problem is null ? null : false;
        return true;
    }

    // False for a line that holds no entry.
    private bool Entry(string text, out NewSignal signal, out LineProblem? problem)
    {
        (signal, problem) = (default, null);
        SignalText entry;
        if (_json is true)
        {
            if (ReadJson(text, out entry) is { } broken)
            {
                problem = new(Line, "line", broken);
                return true;
            }
        }
        else
        {
            _delimiter = _columns is null ? CsvFields.Delimiter(text) : _delimiter;
            if (CsvFields.Split(text, _delimiter, _fields) is { } broken)
            {
                problem = new(Line, "line", broken);
                return true;
            }

            if (_columns is null)
            {
                _columns = CsvColumns.Of(_fields, out var reason);
                if (_columns is null)
                {
                    problem = new(Line, "header", reason);
                    return true;
                }

                _ignored.UnionWith(_columns.Ignored);
                if (_columns.HasHeader)
                {
                    return false;
                }
            }

            if (_columns.Read(_fields, out entry) is { } wrong)
            {
                problem = new(Line, "line", wrong);
                return true;
            }
        }

        problem = entry.Read(usual, out signal) is { } field ? new(Line, field.Field, field.Reason) : null;
        return true;
    }

    private string? ReadJson(string text, out SignalText entry)
    {
        entry = default;
        try
        {
            using var document = JsonDocument.Parse(text, JsonRules);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
            {
                return "A line of JSON Lines is one object: {\"hash\": \"…\", \"algorithm\": \"pdq\"}.";
            }

            entry = new("");
            foreach (var property in document.RootElement.EnumerateObject())
            {
                var value = Text(property.Value);
                switch (property.Name)
                {
                    case "hash" or "value": entry.Hash = property.Value.ValueKind is JsonValueKind.Array ? property.Value.GetRawText() : value; break;
                    case "algorithm" or "type": entry.Algorithm = value; break;
                    case "quality": entry.Quality = value; break;
                    case "labels" or "tags": entry.Labels = value; break;
                    case "entry" or "id" or "file": entry.Entry = value; break;
                    case "member": entry.Member = value; break;
                    default: _ignored.Add(property.Name.Length > 60 ? property.Name[..60] : property.Name); break;
                }

                if (_ignored.Count > 100)
                {
                    _ignored.Remove(_ignored.Max!);
                }
            }

            return null;
        }
        catch (JsonException broken)
        {
            return $"This is not JSON, from column {broken.BytePositionInLine + 1} on.";
        }
        catch (InvalidOperationException)
        {
            // "\ud800" alone is JSON, and no text: every reader of it throws.
            return "A text in it has half of a character (an escaped surrogate without its other half).";
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(v => v.ValueKind is JsonValueKind.String ? v.GetString() : v.GetRawText())),
        _ => value.GetRawText(),
    };
}
