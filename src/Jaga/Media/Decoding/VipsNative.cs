using System.Runtime.InteropServices;

namespace Jaga.Media.Decoding;

/// <summary>
/// The part of libvips and GObject that is used here. libvips' comfortable functions take variable arguments and cannot be called from
/// here; operations are made by name and their properties set one by one instead.
/// </summary>
internal static unsafe partial class VipsNative
{
    private const string Vips = "libvips.so.42", GObject = "libgobject-2.0.so.0", GLib = "libglib-2.0.so.0";

    /// <summary>GObject's <c>GValue</c>: a type and two words. Zeroed before use.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct GValue
    {
        public nuint Type;
        public long First, Second;
    }

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_init(string program);

    [LibraryImport(Vips)]
    public static partial void vips_vector_set_enabled(int enabled);

    [LibraryImport(Vips)]
    public static partial void vips_concurrency_set(int threads);

    [LibraryImport(Vips)]
    public static partial void vips_cache_set_max(int operations);

    [LibraryImport(Vips)]
    public static partial void vips_block_untrusted_set(int blocked);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint vips_operation_new(string name);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_object_set_argument_from_string(nint operation, string name, string value);

    [LibraryImport(Vips)]
    public static partial int vips_cache_operation_buildp(ref nint operation);

    [LibraryImport(Vips)]
    public static partial void vips_object_unref_outputs(nint operation);

    [LibraryImport(Vips)]
    public static partial nuint vips_blob_get_type();

    [LibraryImport(Vips)]
    public static partial nuint vips_image_get_type();

    [LibraryImport(Vips)]
    public static partial void vips_value_set_blob(ref GValue value, nint free, byte* data, nuint length);

    [LibraryImport(Vips)]
    public static partial nint vips_image_new_from_memory(byte* data, nuint size, int width, int height, int bands, int format);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_width(nint image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_height(nint image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_bands(nint image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_format(nint image);

    [LibraryImport(Vips)]
    public static partial int vips_image_guess_interpretation(nint image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_interpretation(nint image);

    [LibraryImport(Vips)]
    public static partial int vips_image_hasalpha(nint image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_n_pages(nint image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_page_height(nint image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_orientation(nint image);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint vips_image_get_typeof(nint image, string name);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_image_get_array_int(nint image, string name, int** values, int* count);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_image_get_blob(nint image, string name, byte** data, nuint* length);

    [LibraryImport(Vips)]
    public static partial nint vips_region_new(nint image);

    [LibraryImport(Vips)]
    public static partial byte* vips_region_fetch(nint region, int left, int top, int width, int height, out nuint length);

    [LibraryImport(Vips)]
    public static partial nint vips_error_buffer_copy();

    [LibraryImport(GObject, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void g_object_set_property(nint instance, string name, ref GValue value);

    [LibraryImport(GObject, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void g_object_get_property(nint instance, string name, ref GValue value);

    [LibraryImport(GObject)]
    public static partial void g_object_unref(nint instance);

    [LibraryImport(GObject)]
    public static partial nint g_value_init(ref GValue value, nuint type);

    [LibraryImport(GObject)]
    public static partial void g_value_unset(ref GValue value);

    [LibraryImport(GObject)]
    public static partial void g_value_set_object(ref GValue value, nint instance);

    [LibraryImport(GObject)]
    public static partial nint g_value_dup_object(ref GValue value);

    [LibraryImport(GLib)]
    public static partial void g_free(void* memory);
}
